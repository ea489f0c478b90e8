with

lead_records as (
    select * from entities.lead_records
),

-- What other records of the lead know better.
golden as (
    select
        lead_id,
        max(case when field = 'title' then value end) as title,
        max(case when field = 'industry' then value end) as industry,
        max(case when field = 'region' then value end) as region,
        max(case when field = 'employees' then cast(value as bigint) end) as employees
    from identity.golden_values
    where field in ('title', 'industry', 'region', 'employees')
    group by lead_id
),

leads as (
    select
        lead_records.record_id as lead_id,
        records.person_id,
        lead_records.channel,
        coalesce(golden.title, lead_records.title) as title,
        coalesce(golden.industry, lead_records.industry) as industry,
        coalesce(golden.region, lead_records.region) as region,
        lead_records.owner_id,
        records.mailbox,
        lead_records.source,
        coalesce(golden.employees, lead_records.employees) as employees,
        lead_records.captured_at,
        case records.outcome
            when 'merged' then 'merged'
            when 'invalid' then concat('invalid: ', records.invalid_reason)
        end as drop_reason
    from lead_records
    left join identity.records as records on lead_records.record_id = records.record_id
    left join golden on lead_records.record_id = golden.lead_id
)

select * from leads
