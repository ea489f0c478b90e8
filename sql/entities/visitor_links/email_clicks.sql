with

clicks as (
    select
        touches.visitor_id,
        concat(
            parameters.record_prefix, url_parameter(touches.landing_url, parameters.parameter)
        ) as record_id,
        touches.touched_at
    from reference.link_parameters as parameters
    cross join entities.touchpoints as touches
    where url_parameter(touches.landing_url, parameters.parameter) <> ''
),

links as (
    select
        clicks.visitor_id,
        clicks.record_id,
        min(clicks.touched_at) as linked_at
    from clicks
    inner join entities.lead_records as records on clicks.record_id = records.record_id
    group by clicks.visitor_id, clicks.record_id
)

select
    concat('click:', md5(concat(visitor_id, ' ', record_id))) as link_id,
    visitor_id,
    record_id,
    linked_at
from links
