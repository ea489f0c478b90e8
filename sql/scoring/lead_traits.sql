with

leads as (
    select * from identity.leads
),

records as (
    select
        records.lead_id,
        lead_records.record_id,
        lower(btrim(lead_records.title)) as title,
        lower(btrim(lead_records.industry)) as industry,
        lower(btrim(coalesce(lead_records.country, lead_records.region))) as region,
        lead_records.employees,
        records.mailbox,
        records.captured_at
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where records.lead_id is not null
),

sizes as (
    select
        *,
        case
            when employees >= 1000 then '1000+'
            when employees >= 500 then '500+'
            when employees >= 100 then '100+'
            when employees >= 50 then '50+'
            when employees >= 0 then '1+'
        end as size
    from records
),

said as (
    select
        lead_id,
        record_id,
        unnest(['title', 'industry', 'region', 'size', 'mailbox']) as trait,
        unnest([title, industry, region, size, mailbox]) as value,
        captured_at
    from sizes
),

-- What a later record of the lead says stands in for what was said before, until another says something else.
placed as (
    select
        said.lead_id,
        said.trait,
        said.value,
        said.record_id,
        said.captured_at,
        greatest(said.captured_at, leads.captured_at) as from_at,
        lag(said.value) over (
            partition by said.lead_id, said.trait
            order by greatest(said.captured_at, leads.captured_at), said.captured_at, said.record_id
        ) as value_before
    from leads
    inner join said on leads.lead_id = said.lead_id
    where said.value <> '' and cast(said.captured_at at time zone $time_zone as date) <= $as_of
),

told as (
    select
        lead_id,
        trait,
        value,
        record_id as evidence_id,
        from_at,
        lead(from_at) over (
            partition by lead_id, trait order by from_at, captured_at, record_id
        ) as until_at
    from placed
    where value is distinct from value_before
)

select
    lead_id,
    trait,
    value,
    evidence_id,
    from_at,
    until_at
from told
where until_at is null or until_at > from_at
