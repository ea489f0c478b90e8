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
        lower(
            btrim(coalesce(countries.region, lead_records.country, lead_records.region))
        ) as region,
        cast(lead_records.employees as text) as size,
        cast(lead_records.revenue as text) as revenue,
        records.mailbox,
        case
            when lead_records.currency = $reporting_currency then cast(1 as decimal(12,6))
            else rates.rate
        end as rate,
        records.captured_at
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    left join entities.fx_rates as rates
        on lead_records.currency = rates.currency
            and rates.to_currency = $reporting_currency
            and cast(records.captured_at at time zone $time_zone as date) = rates.rate_date
    left join reference.country_names as countries
        on lower(btrim(nfkc(lead_records.country))) = countries.name
    where records.lead_id is not null
),

-- As the records stand now.
stated as (
    select
        lead_id,
        record_id,
        unnest(['title', 'industry', 'region', 'size', 'revenue', 'mailbox']) as trait,
        unnest([title, industry, region, size, revenue, mailbox]) as value,
        rate,
        captured_at
    from records
),

changes as (
    select
        changes.object_id as record_id,
        fields.trait,
        lower(btrim(coalesce(olds.region, changes.old_value))) as old_value,
        lower(btrim(coalesce(news.region, changes.new_value))) as new_value,
        changes.field_change_id,
        changes.changed_at,
        row_number() over (
            partition by changes.object_id, fields.trait
            order by changes.changed_at, changes.field_change_id
        ) as place
    from reference.trait_fields as fields
    inner join entities.field_changes as changes on fields.field = lower(changes.field)
    left join reference.country_names as olds
        on fields.trait = 'region' and lower(btrim(nfkc(changes.old_value))) = olds.name
    left join reference.country_names as news
        on fields.trait = 'region' and lower(btrim(nfkc(changes.new_value))) = news.name
    where changes.object_kind in ('lead', 'contact')
),

-- A record whose field was changed later stood as the change found it. Who empties a field says something, who never filled it does not.
said as (
    select
        stated.lead_id,
        stated.trait,
        case when firsts.record_id is null then stated.value else firsts.old_value end as value,
        stated.rate,
        false as is_change,
        stated.record_id as evidence_id,
        stated.captured_at as said_at
    from stated
    left join changes as firsts
        on stated.record_id = firsts.record_id
            and stated.trait = firsts.trait
            and firsts.place = 1
    union all
    select
        stated.lead_id,
        stated.trait,
        changes.new_value,
        stated.rate,
        true,
        changes.field_change_id,
        changes.changed_at
    from changes
    inner join stated on changes.record_id = stated.record_id and changes.trait = stated.trait
),

numbered as (
    select
        *,
        try_cast(case when trait = 'size' then replace(value, ',', '') end as bigint) as employees,
        try_cast(case when trait = 'revenue' then replace(value, ',', '') end as decimal(18,4))
        * rate as revenue
    from said
),

-- Industries count by one spelling, sizes and revenues by their band.
banded as (
    select
        numbered.lead_id,
        numbered.trait,
        case
            when trait not in ('size', 'revenue')
                then coalesce(spellings.industry, numbered.value)
            when revenue >= 1000000000 then '1b+'
            when revenue >= 100000000 then '100m+'
            when revenue >= 10000000 then '10m+'
            when revenue >= 1000000 then '1m+'
            when revenue >= 0 then '0+'
            when employees >= 1000 then '1000+'
            when employees >= 500 then '500+'
            when employees >= 100 then '100+'
            when employees >= 50 then '50+'
            when employees >= 0 then '1+'
        end as value,
        numbered.is_change,
        numbered.evidence_id,
        numbered.said_at
    from reference.industry_spellings as spellings
    right join numbered on spellings.spelling = numbered.value and numbered.trait = 'industry'
),

-- What a later record of the lead says stands in for what was said before, until another says something else.
placed as (
    select
        banded.lead_id,
        banded.trait,
        banded.value,
        banded.evidence_id,
        banded.said_at,
        greatest(banded.said_at, leads.captured_at) as from_at,
        lag(banded.value) over (
            partition by banded.lead_id, banded.trait
            order by greatest(banded.said_at, leads.captured_at), banded.said_at, banded.evidence_id
        ) as value_before
    from leads
    inner join banded on leads.lead_id = banded.lead_id
    where (banded.value <> '' or banded.is_change)
        and cast(banded.said_at at time zone $time_zone as date) <= $as_of
),

told as (
    select
        lead_id,
        trait,
        value,
        evidence_id,
        from_at,
        lead(from_at) over (
            partition by lead_id, trait order by from_at, said_at, evidence_id
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
where value <> '' and (until_at is null or until_at > from_at)
