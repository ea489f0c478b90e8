with

open as (
    select
        chances.lead_id,
        chances.stage,
        chances.is_aside,
        chances.win_chance,
        leads.owner_id,
        leads.captured_at
    from marts.lead_chances as chances
    inner join funnel.way_counts as ways on chances.lead_id = ways.lead_id
    inner join identity.leads as leads on chances.lead_id = leads.lead_id
    where ways.is_reachable and ways.until_at is null
),

-- What its open deals are worth, else what a win was worth so far.
deals as (
    select
        lead_id,
        cast(sum(value) as double) as value
    from journey.opportunities
    where is_value_known
        and cast(created_at at time zone $time_zone as date) <= $as_of
        and (closed_at is null or cast(closed_at at time zone $time_zone as date) > $as_of)
    group by lead_id
),

wins as (
    select mean_value from funnel.win_values where population = 'lead' and made_date = $as_of
),

called as (
    select
        lead_id,
        max(occurred_at) as called_at
    from funnel.attempts
    group by lead_id
),

-- An ad that was shown is no sign of who was shown it.
touched as (
    select
        lead_id,
        max(touched_at) as touched_at
    from scoring.lead_visits
    where kind <> 'impression'
    group by lead_id
),

known as (
    select
        open.*,
        scores.grade,
        scores.fit,
        scores.total,
        scores.gained_7_days,
        coalesce(deals.value, wins.mean_value, 0.0) as value,
        called.called_at,
        touched.touched_at,
        greatest(coalesce(touched.touched_at, open.captured_at), open.captured_at) as sign_at
    from wins
    right join open on true
    inner join scoring.lead_scores as scores on open.lead_id = scores.lead_id
    left join deals on open.lead_id = deals.lead_id
    left join called on open.lead_id = called.lead_id
    left join touched on open.lead_id = touched.lead_id
),

aged as (
    select
        *,
        $as_of - cast(sign_at at time zone $time_zone as date) as sign_days,
        $as_of - cast(called_at at time zone $time_zone as date) as called_days,
        $as_of
        - cast(coalesce(called_at, captured_at) at time zone $time_zone as date) as silent_days
    from known
),

weighed as (
    select
        *,
        power(2.0, -cast(sign_days as double) / $urgency_half_life_days) as urgency,
        fit >= $icp_fit
            and silent_days > $silent_days
            and coalesce(touched_at > coalesce(called_at, captured_at), false) as is_revived
    from aged
),

placed as (
    select
        lead_id,
        concat(signal, ' ', value) as reason,
        row_number() over (
            partition by lead_id order by counted desc, signal, evidence_id
        ) as place
    from scoring.score_points
    where is_latest and counted > 0
),

reasons as (
    select
        lead_id,
        string_agg(reason, ', ' order by place) as reasons
    from placed
    where place <= 3
    group by lead_id
),

ranked as (
    select
        weighed.*,
        reasons.reasons,
        win_chance * value * urgency as expected_value
    from weighed
    left join reasons on weighed.lead_id = reasons.lead_id
    -- Whoever was put aside is called only where it came back to life.
    where weighed.is_revived or not weighed.is_aside
)

select
    coalesce(owner_id, '(nobody)') as owner_id,
    cast(row_number() over (
        partition by coalesce(owner_id, '(nobody)')
        order by expected_value desc, total desc, lead_id
    ) as bigint) as rank,
    lead_id,
    case when is_revived then 'revive' else 'call' end as kind,
    stage,
    grade,
    concat_ws(
        '; ',
        reasons,
        case when gained_7_days > 0 then concat('+', round(gained_7_days, 0), ' in 7 days') end,
        case when called_at is null then 'nobody called yet'
            else concat('called ', called_days, ' days ago') end,
        concat('last sign ', sign_days, ' days ago')
    ) as reasons,
    win_chance,
    value,
    urgency,
    expected_value,
    total as score,
    sign_at,
    called_at
from ranked
