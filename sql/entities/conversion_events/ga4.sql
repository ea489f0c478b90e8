with

events as (
    select
        *,
        event_name in ('purchase', 'generate_lead') as is_conversion,
        -- A transaction is one, however often its page is loaded.
        case when transaction_id <> '(not set)' then concat('transaction:', transaction_id)
            else event_id end as deed,
        concat(
            lpad(cast(cast(event_at as bigint) as text), 20, '0'),
            _file, ':', lpad(cast(_line as text), 12, '0')
        ) as place
    from staging.ga4__events
),

first_rows as (
    select
        deed,
        min(place) as place
    from events
    where is_conversion
    group by deed
),

conversions as (
    select
        events.event_id as conversion_id,
        concat('ga4:', coalesce(events.user_pseudo_id, '(none)')) as visitor_id,
        coalesce(events.currency, 'XXX') as currency,
        coalesce(events.purchase_revenue, events.lead_value) as value,
        events.event_at as converted_at,
        case
            when not events.is_conversion then 'not_a_conversion'
            when events.place <> first_rows.place then 'duplicate'
            when events.analytics_storage = 'No' then 'no_consent'
        end as drop_reason
    from events
    left join first_rows on events.deed = first_rows.deed
)

select * from conversions
