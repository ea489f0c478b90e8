with

visits as (
    select * from staging.google_merch__visits
),

repeats as (
    select * from staging.google_merch__repeated_lines
),

-- The visitor ids are destroyed (audit.findings, google_merch_destroyed_key): a visit is all that is known of a visitor.
visit_lines as (
    select
        concat('google_merch:', visits.visit_id, ':', visits.row_key) as touch_id,
        visits.visit_id,
        'page_view' as kind,
        visits.channel_grouping,
        cast(null as text) as landing_url,
        cast(null as text) as country,
        visits.visit_started_at as touched_at,
        case when visits._line > repeats.first_line then 'duplicate' end as drop_reason
    from repeats
    right join visits on repeats.row_key = visits.row_key
),

product_views as (
    select
        concat('google_merch:', visit_id, ':view:', cast(_line as text)) as touch_id,
        visit_id,
        case kind when 'PAGE' then 'page_view' else 'event' end as kind,
        channel_grouping,
        page_path as landing_url,
        country,
        to_timestamp_micros(cast(visit_started_at as bigint) + elapsed_ms * 1000)
            at time zone 'UTC' as touched_at,
        cast(null as text) as drop_reason
    from staging.google_merch__product_views
),

touches as (
    select * from visit_lines
    union all
    select * from product_views
),

records as (
    select
        touch_id,
        concat('google_merch:', visit_id) as visitor_id,
        visit_id as session_id,
        kind,
        landing_url,
        case channel_grouping
            when '(Other)' then 'unassigned'
            else replace(lower(channel_grouping), ' ', '_')
        end as channel,
        country,
        touched_at,
        drop_reason
    from touches
)

select * from records
