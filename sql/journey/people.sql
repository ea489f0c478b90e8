with

conversions as (
    select * from journey.conversions
),

accounts as (
    select * from identity.accounts
),

-- Who converts alone is the whole group.
own as (
    select
        conversion_id,
        person_id,
        1 as place
    from conversions
    where person_id is not null
),

roles as (
    select
        conversions.conversion_id,
        members.person_id,
        2 as place
    from conversions
    inner join entities.opportunity_contacts as contacts
        on conversions.opportunity_id = contacts.opportunity_id
    inner join identity.members as members
        on concat('lead:', contacts.record_id) = members.contact_id
    where $buying_group in ('contact_roles', 'account', 'hierarchy')
),

colleagues as (
    select
        conversions.conversion_id,
        people.person_id,
        3 as place
    from conversions
    inner join identity.person_accounts as people on conversions.account_id = people.account_id
    where $buying_group in ('account', 'hierarchy')
),

family as (
    select
        conversions.conversion_id,
        people.person_id,
        4 as place
    from conversions
    inner join accounts on conversions.account_id = accounts.account_id
    inner join accounts as others on accounts.ultimate_parent_id = others.ultimate_parent_id
    inner join identity.person_accounts as people on others.account_id = people.account_id
    where $buying_group = 'hierarchy'
),

everybody as (
    select * from own
    union all
    select * from roles
    union all
    select * from colleagues
    union all
    select * from family
),

people as (
    select
        conversion_id,
        person_id,
        case min(place)
            when 1 then 'own'
            when 2 then 'contact_role'
            when 3 then 'account'
            else 'hierarchy'
        end as belongs_by
    from everybody
    group by conversion_id, person_id
)

select * from people
