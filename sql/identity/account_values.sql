with

-- Whose word counts for an account: records that stand, those that do not, leads.
speakers as (
    select
        account_id,
        'account' as provider,
        account_record_id as record_id,
        case when is_standing then 1 else 2 end as place
    from identity.account_members
    union all
    select
        decided.account_id,
        'lead',
        records.record_id,
        3
    from identity.records as records
    inner join identity.person_accounts as decided on records.person_id = decided.person_id
    where decided.decided_by = 'evidence'
),

said as (
    select
        speakers.account_id,
        speakers.place,
        said.*
    from speakers
    inner join identity.company_values as said
        on speakers.provider = said.provider and speakers.record_id = said.record_id
    inner join reference.company_attributes as attributes
        on said.attribute = attributes.attribute
    where said.provider = 'account' or attributes.is_told_by_leads
),

numbered as (
    select
        *,
        row_number() over (
            partition by account_id, attribute
            order by place, known_at desc nulls last, record_id
        ) as number
    from said
),

account_values as (
    select
        account_id,
        attribute,
        value,
        value_key,
        amount,
        currency,
        provider,
        record_id,
        source,
        known_at
    from numbered
    where number = 1
)

select * from account_values
