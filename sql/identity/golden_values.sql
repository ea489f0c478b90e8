with

counted as (
    select
        lead_id,
        field,
        spelling,
        count(*) as bearers
    from identity.field_values
    where quality > 0
    group by lead_id, field, spelling
),

conflicts as (
    select
        lead_id,
        field,
        sum(bearers) as told_count,
        count(*) as spelling_count
    from counted
    group by lead_id, field
),

ruled as (
    select
        said.*,
        rules.rule,
        rules.is_personal,
        case rules.rule
            when 'most_common' then counted.bearers
            when 'longest' then character_length(said.value)
            when 'earliest' then -cast(extract(epoch from said.dated_at) as bigint)
            else cast(extract(epoch from said.dated_at) as bigint)
        end as rank
    from identity.field_values as said
    inner join reference.survivorship as rules on said.field = rules.field
    inner join counted
        on said.lead_id = counted.lead_id
            and said.field = counted.field
            and said.spelling = counted.spelling
    where said.quality > 0
),

placed as (
    select
        *,
        row_number() over (
            partition by lead_id, field
            order by quality desc, rank desc, dated_at desc, contact_id
        ) as place
    from ruled
),

survivors as (
    select
        placed.lead_id,
        placed.field,
        placed.rule,
        placed.is_personal,
        placed.value,
        placed.spelling,
        placed.contact_id,
        placed.source,
        placed.dated_at,
        conflicts.told_count,
        conflicts.spelling_count
    from placed
    inner join conflicts
        on placed.lead_id = conflicts.lead_id and placed.field = conflicts.field
    where placed.place = 1
)

select * from survivors
