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

ranked as (
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

survivors as (
    select
        lead_id,
        field,
        rule,
        is_personal,
        first_value(value order by quality desc, rank desc, dated_at desc, contact_id) as value,
        first_value(spelling order by quality desc, rank desc, dated_at desc, contact_id)
            as spelling,
        first_value(contact_id order by quality desc, rank desc, dated_at desc, contact_id)
            as contact_id,
        first_value(source order by quality desc, rank desc, dated_at desc, contact_id) as source,
        first_value(dated_at order by quality desc, rank desc, dated_at desc, contact_id)
            as dated_at,
        count(*) as told_count,
        count(distinct spelling) as spelling_count
    from ranked
    group by lead_id, field, rule, is_personal
)

select * from survivors
