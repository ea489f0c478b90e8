with

-- What a record became in its own CRM: merged into another, or a lead converted into a contact.
became as (
    select record_id, merged_into as target_id
    from entities.lead_records
    where merged_into is not null
    union all
    select record_id, converted_to
    from entities.lead_records
    where converted_to is not null
),

persons as (
    select
        contact_id,
        person_key
    from identity.contacts
    where person_key is not null
),

-- Everybody of a person is tied to the first of them: no more links than contacts.
first_contacts as (
    select
        person_key,
        min(contact_id) as first_id
    from persons
    group by person_key
),

merged_accounts as (
    select account_id, merged_into
    from entities.accounts
    where merged_into is not null
),

parents as (
    select
        account_id,
        parent_account_id
    from entities.accounts
    where parent_account_id is not null and merged_into is null
),

-- A CRM that holds one account above another says that they are two, and so is what stands between.
above as (
    select
        first.account_id,
        case steps.step
            when 1 then first.parent_account_id
            when 2 then second.parent_account_id
            when 3 then third.parent_account_id
            when 4 then fourth.parent_account_id
        end as ancestor_id
    from parents as first
    left join parents as second on first.parent_account_id = second.account_id
    left join parents as third on second.parent_account_id = third.account_id
    left join parents as fourth on third.parent_account_id = fourth.account_id
    cross join (values (1), (2), (3), (4)) as steps (step)
),

links as (
    select
        concat('lead:', record_id) as one_id,
        concat('lead:', target_id) as other_id,
        'crm_record' as rule
    from became
    union all
    select
        persons.contact_id,
        first_contacts.first_id,
        'crm_person'
    from persons
    inner join first_contacts on persons.person_key = first_contacts.person_key
    union all
    select
        concat('form:', link_id),
        concat('lead:', record_id),
        'mail_link'
    from entities.visitor_links
    where record_id is not null
    union all
    select
        concat('account:', account_id),
        concat('account:', merged_into),
        'crm_record'
    from merged_accounts
    union all
    select
        concat('account:', account_id),
        concat('account:', ancestor_id),
        'crm_hierarchy'
    from above
    where ancestor_id is not null
    union all
    select
        left_id,
        right_id,
        decision
    from reference.identity_decisions
),

placed as (
    select
        least(links.one_id, links.other_id) as left_id,
        greatest(links.one_id, links.other_id) as right_id,
        ones.kind,
        least(ones.place, others.place) as left_place,
        greatest(ones.place, others.place) as right_place,
        links.rule
    from links
    inner join identity.match_records as ones on links.one_id = ones.entity_id
    inner join identity.match_records as others
        on links.other_id = others.entity_id and ones.kind = others.kind
    where links.one_id <> links.other_id
),

-- Of several the last in the alphabet: what people decided stands above what a CRM says, and that it made
-- one of two above where it held them before.
stated_links as (
    select
        left_id,
        right_id,
        kind,
        left_place,
        right_place,
        max(rule) as rule
    from placed
    group by left_id, right_id, kind, left_place, right_place
)

select * from stated_links
