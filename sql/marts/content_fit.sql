with

visits as (
    select
        visits.lead_id,
        visits.touch_id,
        pages.content_type,
        pages.stage as content_stage,
        visits.touched_at
    from reference.content_pages as pages
    inner join scoring.lead_visits as visits on pages.page = visits.page
),

-- The stage a lead was in when it looked.
placed as (
    select
        visits.touch_id,
        visits.lead_id,
        visits.content_type,
        visits.content_stage,
        stays.stage as lead_stage,
        cast(visits.touched_at at time zone $time_zone as date) as touched_date
    from visits
    inner join funnel.stage_visits as stays on visits.lead_id = stays.lead_id
    where stays.path = $content_path
        and stays.ordinal > 0
        and visits.touched_at >= stays.entered_at
        and (stays.exited_at is null or visits.touched_at < stays.exited_at)
),

counted as (
    select
        content_type,
        content_stage,
        lead_stage,
        left(cast(touched_date as text), 7) as month,
        count(distinct lead_id) as leads,
        count(*) as touches
    from placed
    group by content_type, content_stage, lead_stage, left(cast(touched_date as text), 7)
),

totals as (
    select
        content_type,
        month,
        sum(touches) as all_touches,
        sum(case when content_stage <> lead_stage then touches else 0 end) as mismatched
    from counted
    group by content_type, month
)

select
    counted.content_type,
    counted.content_stage,
    counted.lead_stage,
    counted.month,
    counted.leads,
    counted.touches,
    counted.content_stage <> counted.lead_stage as is_mismatch,
    cast(totals.mismatched as double) / cast(totals.all_touches as double) as content_mismatch
from totals
inner join counted
    on totals.content_type = counted.content_type and totals.month = counted.month
