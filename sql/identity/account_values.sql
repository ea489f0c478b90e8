with

said as (
    select
        members.account_id,
        said.attribute,
        said.value,
        said.value_key,
        said.amount,
        said.currency,
        said.provider,
        said.record_id,
        said.source,
        said.known_at,
        case when members.is_standing then 1 else 2 end as place
    from identity.company_values as said
    inner join identity.account_members as members
        on said.record_id = members.account_record_id
    where said.provider = 'account'
    union all
    -- Where somebody lives says nothing of where the company sits.
    select
        decided.account_id,
        said.attribute,
        said.value,
        said.value_key,
        said.amount,
        said.currency,
        said.provider,
        said.record_id,
        said.source,
        said.known_at,
        3
    from identity.company_values as said
    inner join identity.records as records on said.record_id = records.record_id
    inner join identity.person_accounts as decided on records.person_id = decided.person_id
    where said.provider = 'lead'
        and decided.decided_by = 'evidence'
        and said.attribute in ('company', 'website', 'industry', 'employees', 'revenue')
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
