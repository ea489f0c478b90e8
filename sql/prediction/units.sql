with

undated as (
    select
        records.lead_id,
        bool_and(coalesce(lead_records.is_undated, false)) as is_undated
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where records.lead_id is not null
    group by records.lead_id
),

segments as (
    select lead_id, part as segment from funnel.lead_dimensions where dimension = 'segment'
),

leads as (
    select
        leads.lead_id,
        leads.channel,
        segments.segment,
        leads.captured_at,
        undated.is_undated,
        cast(leads.captured_at at time zone $time_zone as date) as captured_date,
        coalesce(windows.window_days, $window_days) as window_days,
        cast(stages.reached_at at time zone $time_zone as date) as reached_date
    from identity.leads as leads
    inner join undated on leads.lead_id = undated.lead_id
    left join segments on leads.lead_id = segments.lead_id
    left join funnel.lead_windows as windows on leads.lead_id = windows.lead_id
    left join funnel.lead_stages as stages
        on leads.lead_id = stages.lead_id
            and stages.path = $stage_path
            and stages.stage = $prediction_goal
    where cast(leads.captured_at at time zone $time_zone as date) <= $as_of
),

-- Whoever was at the goal when the prediction looks is nobody to predict; where no day is known, nobody can be told so.
looked_at as (
    select
        *,
        least(captured_date + $feature_days, $as_of) as feature_date,
        $as_of - captured_date >= window_days as is_judged,
        coalesce(reached_date - captured_date <= window_days, false) as is_reached
    from leads
    where is_undated or reached_date is null or reached_date > captured_date + $feature_days
),

-- The oldest teach, the next calibrate, the latest test; where no time is known, chance that stays the same decides.
placed as (
    select
        *,
        row_number() over (
            partition by is_judged order by captured_date, md5(lead_id), lead_id
        ) as place
    from looked_at
),

totals as (
    select count(*) as leads from looked_at where is_judged
)

select
    placed.lead_id,
    placed.channel,
    coalesce(placed.segment, '(unknown)') as segment,
    case
        when not placed.is_judged then 'open'
        when placed.place * 10 <= totals.leads * 6 then 'train'
        when placed.place * 10 <= totals.leads * 8 then 'calibrate'
        else 'test'
    end as split,
    placed.is_judged,
    placed.is_judged and placed.is_reached as is_reached,
    placed.captured_date,
    placed.feature_date
from totals
cross join placed
