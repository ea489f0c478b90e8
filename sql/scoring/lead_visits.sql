with

leads as (
    select * from identity.leads
),

visitors as (
    select * from identity.visitors
),

lead_visitors as (
    select
        leads.lead_id,
        visitors.visitor_id,
        greatest(visitors.linked_at, leads.captured_at) as linked_at,
        visitors.from_at,
        visitors.until_at
    from leads
    inner join visitors on leads.person_id = visitors.person_id
),

-- The page without host, language, query and last slash: https://host/zh/Pricing/?x is /pricing.
visits as (
    select
        lead_visitors.lead_id,
        touches.touch_id,
        touches.channel,
        touches.kind,
        rtrim(
            regexp_replace(
                lower(touches.landing_url),
                '^[a-z]+://[^/?#]*(?:/zh(/[^?#]*|)|([^?#]*))(?:[?#].*)?$',
                '\1\2'
            ),
            '/'
        ) as page,
        touches.touched_at,
        greatest(touches.touched_at, lead_visitors.linked_at) as known_at
    from lead_visitors
    inner join entities.touchpoints as touches on lead_visitors.visitor_id = touches.visitor_id
    where cast(touches.touched_at at time zone $time_zone as date) <= $as_of
        and (lead_visitors.from_at is null or touches.touched_at >= lead_visitors.from_at)
        and (lead_visitors.until_at is null or touches.touched_at < lead_visitors.until_at)
        and cast(lead_visitors.linked_at at time zone $time_zone as date) <= $as_of
)

select
    lead_id,
    touch_id,
    channel,
    kind,
    case when page = '' then '/' else page end as page,
    touched_at,
    known_at
from visits
