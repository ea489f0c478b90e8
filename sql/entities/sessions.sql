with

-- A timestamp as a number is in microseconds.
touches as (
    select
        touch_id,
        visitor_id,
        session_id,
        traffic_source_id,
        channel,
        campaign,
        landing_url,
        direct_reason,
        cast(touched_at as bigint) as touched_us,
        touched_at,
        source
    from entities.touchpoints
),

after as (
    select
        *,
        lag(touched_us) over (
            partition by source, visitor_id, session_id order by touched_us, touch_id
        ) as previous_us
    from touches
),

-- Where the source counts no sessions, one begins after a pause.
begun as (
    select
        *,
        previous_us is null
            or (session_id is null and touched_us - previous_us > $session_gap_minutes * 60000000)
            as is_first
    from after
),

numbered as (
    select
        *,
        sum(case when is_first then 1 else 0 end) over (
            partition by source, visitor_id, session_id
            order by touched_us, touch_id
            rows between unbounded preceding and current row
        ) as session_number
    from begun
),

-- The last session before this touch that somebody brought.
followed as (
    select
        *,
        max(case when channel <> 'direct' then session_number end) over (
            partition by source, visitor_id, session_id
            order by touched_us, touch_id
            rows between unbounded preceding and 1 preceding
        ) as brought_before
    from numbered
),

led as (
    select
        *,
        channel <> 'direct' and coalesce(brought_before < session_number, true) as is_lead
    from followed
),

grouped as (
    select
        source,
        visitor_id,
        session_id,
        session_number,
        max(case when is_first then touched_us end) as first_us,
        max(case when is_lead then traffic_source_id end) as lead_source_id,
        max(case when is_lead then channel end) as lead_channel,
        max(case when is_lead then campaign end) as lead_campaign,
        max(case when is_first then traffic_source_id end) as first_source_id,
        max(case when is_first then channel end) as first_channel,
        max(case when is_first then campaign end) as first_campaign,
        max(case when is_first then direct_reason end) as first_direct_reason,
        max(case when is_first then landing_url end) as landing_url,
        count(*) as touches,
        min(touched_at) as started_at,
        max(touched_at) as ended_at
    from led
    group by source, visitor_id, session_id, session_number
),

sessions as (
    select
        concat_ws(':', source, visitor_id, coalesce(session_id, concat('@', cast(first_us as text))))
            as session_key,
        visitor_id,
        session_id,
        coalesce(lead_source_id, first_source_id) as traffic_source_id,
        coalesce(lead_channel, first_channel) as channel,
        case when lead_channel is not null then lead_campaign else first_campaign end as campaign,
        landing_url,
        case when lead_channel is null then first_direct_reason end as direct_reason,
        touches,
        started_at,
        ended_at,
        source
    from grouped
)

select * from sessions
