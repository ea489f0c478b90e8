with

-- Opportunities of a source without account records name what is none here.
opportunities as (
    select
        concat('lead:', opportunities.record_id) as contact_id,
        accounts.account_id
    from entities.opportunities as opportunities
    inner join identity.account_members as accounts
        on opportunities.account_id = accounts.account_record_id
    where opportunities.record_id is not null
),

statements as (
    select
        person_id,
        account_id,
        'crm' as rule,
        contact_id
    from identity.company_mentions
    where account_id is not null
    union all
    select
        members.person_id,
        opportunities.account_id,
        'opportunity',
        opportunities.contact_id
    from opportunities
    inner join identity.members as members on opportunities.contact_id = members.contact_id
),

stated as (
    select
        person_id,
        account_id,
        rule,
        min(contact_id) as contact_id
    from statements
    group by person_id, account_id, rule
)

select * from stated
