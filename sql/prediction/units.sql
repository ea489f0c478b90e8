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

captured as (
    select
        leads.lead_id,
        leads.channel,
        undated.is_undated,
        cast(leads.captured_at at time zone $time_zone as date) as captured_date,
        least(
            cast(leads.captured_at at time zone $time_zone as date) + $feature_days, $as_of
        ) as feature_date
    from identity.leads as leads
    inner join undated on leads.lead_id = undated.lead_id
    where cast(leads.captured_at at time zone $time_zone as date) <= $as_of
),

dated as (
    select
        *,
        cast(cast(feature_date + 1 as timestamp) at time zone $time_zone as timestamptz) as until_at
    from captured
),

-- The segment that was known when the prediction looks: who turns out to be large because sales got so far is not of that segment.
segments as (
    select
        dated.lead_id,
        case
            when sizes.value = '1000+' then 'enterprise'
            when sizes.value in ('100+', '500+') then 'mid-size'
            else 'small'
        end as segment
    from dated
    inner join scoring.lead_traits as sizes on dated.lead_id = sizes.lead_id
    where sizes.trait = 'size'
        and sizes.from_at < dated.until_at
        and (sizes.until_at is null or sizes.until_at >= dated.until_at)
),

leads as (
    select
        dated.*,
        segments.segment,
        coalesce(windows.window_days, $window_days) as window_days,
        cast(stages.reached_at at time zone $time_zone as date) as reached_date
    from dated
    left join segments on dated.lead_id = segments.lead_id
    left join reference.windows as windows on segments.segment = windows.segment
    left join funnel.lead_stages as stages
        on dated.lead_id = stages.lead_id
            and stages.path = $stage_path
            and stages.stage = $prediction_goal
),

-- Whoever was at the goal when the prediction looks is nobody to predict; where no day is known, nobody can be told so.
looked_at as (
    select
        *,
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
