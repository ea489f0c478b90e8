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
        cast(lead_records.employees as text) as size,
        records.mailbox,
        records.captured_at
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where records.lead_id is not null
),

-- As the records stand now.
stated as (
    select
        lead_id,
        record_id,
        unnest(['title', 'industry', 'region', 'size', 'mailbox']) as trait,
        unnest([title, industry, region, size, mailbox]) as value,
        captured_at
    from records
),

changes as (
    select
        changes.object_id as record_id,
        fields.trait,
        lower(btrim(changes.old_value)) as old_value,
        lower(btrim(changes.new_value)) as new_value,
        changes.field_change_id,
        changes.changed_at,
        row_number() over (
            partition by changes.object_id, fields.trait
            order by changes.changed_at, changes.field_change_id
        ) as place
    from reference.trait_fields as fields
    inner join entities.field_changes as changes on fields.field = lower(changes.field)
    where changes.object_kind in ('lead', 'contact')
),

-- A record whose field was changed later stood as the change found it. Who empties a field says something, who never filled it does not.
said as (
    select
        stated.lead_id,
        stated.trait,
        case when firsts.record_id is null then stated.value else firsts.old_value end as value,
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
        true,
        changes.field_change_id,
        changes.changed_at
    from changes
    inner join stated on changes.record_id = stated.record_id and changes.trait = stated.trait
),

numbered as (
    select
        *,
        try_cast(case when trait = 'size' then replace(value, ',', '') end as bigint) as employees
    from said
),

sized as (
    select
        lead_id,
        trait,
        case
            when trait <> 'size' then value
            when employees >= 1000 then '1000+'
            when employees >= 500 then '500+'
            when employees >= 100 then '100+'
            when employees >= 50 then '50+'
            when employees >= 0 then '1+'
        end as value,
        is_change,
        evidence_id,
        said_at
    from numbered
),

-- What a later record of the lead says stands in for what was said before, until another says something else.
placed as (
    select
        sized.lead_id,
        sized.trait,
        sized.value,
        sized.evidence_id,
        sized.said_at,
        greatest(sized.said_at, leads.captured_at) as from_at,
        lag(sized.value) over (
            partition by sized.lead_id, sized.trait
            order by greatest(sized.said_at, leads.captured_at), sized.said_at, sized.evidence_id
        ) as value_before
    from leads
    inner join sized on leads.lead_id = sized.lead_id
    where (sized.value <> '' or sized.is_change)
        and cast(sized.said_at at time zone $time_zone as date) <= $as_of
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
