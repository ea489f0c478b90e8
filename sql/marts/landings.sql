with

forms as (
    select
        'form' as kind,
        source,
        count(*) as reported,
        count(*) filter (where is_landed) as landed,
        count(*) filter (where is_late) as late,
        count(*) filter (where is_golden) as golden,
        sent_date as day
    from funnel.form_landings
    group by source, sent_date
),

claimed as (
    select
        channel,
        sum(platform_leads) as reported,
        spend_date as day
    from entities.spend_days
    where platform_leads is not null and spend_date <= $as_of
    group by channel, spend_date
),

-- Of a lead inside an ad the record says no more than the channel.
records as (
    select
        records.channel,
        count(*) as landed,
        count(*) filter (where records.outcome = 'golden') as golden,
        cast(records.captured_at at time zone $time_zone as date) as day
    from identity.records as records
    inner join funnel.captures as captures on records.record_id = captures.record_id
    where captures.capture_method in ('form', 'lead form')
    group by records.channel, cast(records.captured_at at time zone $time_zone as date)
),

platforms as (
    select
        'platform' as kind,
        claimed.channel as source,
        claimed.reported,
        coalesce(records.landed, 0) as landed,
        cast(null as bigint) as late,
        coalesce(records.golden, 0) as golden,
        claimed.day
    from claimed
    left join records on claimed.channel = records.channel and claimed.day = records.day
),

landings as (
    select * from forms
    union all
    select * from platforms
)

select
    kind,
    source,
    reported,
    landed,
    late,
    golden,
    reported - landed as landed_gap,
    cast(landed as double) / nullif(cast(reported as double), 0.0) as landed_rate,
    day
from landings
