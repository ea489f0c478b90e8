with

history as (
    select * from scoring.score_history
),

moments as (
    select * from scoring.score_moments where kind in ('as_of', 'week_ago', 'month_ago')
),

-- A lead that was not there a week ago has gained all it has.
totals as (
    select
        history.lead_id,
        max(history.fit) filter (where moments.kind = 'as_of') as fit,
        max(history.behaviour) filter (where moments.kind = 'as_of') as behaviour,
        max(history.total) filter (where moments.kind = 'as_of') as total,
        max(history.grade) filter (where moments.kind = 'as_of') as grade,
        max(history.total) filter (where moments.kind = 'week_ago') as week_ago,
        max(history.total) filter (where moments.kind = 'month_ago') as month_ago
    from moments
    inner join history on moments.moment = history.told_at
    group by history.lead_id
),

worst as (
    select first_value(grade order by min_total) as grade from reference.score_grades
),

nothing as (
    select
        worst.grade,
        versions.rules_version,
        cast(0 as decimal(18,4)) as points
    from worst
    cross join scoring.rule_versions as versions
    where versions.is_current
),

scored as (
    select
        leads.lead_id,
        nothing.rules_version,
        coalesce(totals.grade, nothing.grade) as grade,
        coalesce(totals.fit, nothing.points) as fit,
        coalesce(totals.behaviour, nothing.points) as behaviour,
        coalesce(totals.total, nothing.points) as total,
        coalesce(totals.week_ago, nothing.points) as week_ago,
        coalesce(totals.month_ago, nothing.points) as month_ago
    from nothing
    cross join identity.leads as leads
    left join totals on leads.lead_id = totals.lead_id
    where cast(leads.captured_at at time zone $time_zone as date) <= $as_of
),

cells as (
    select
        scored.lead_id,
        max(bands.min_points) filter (where bands.half = 'fit') as fit_from,
        max(bands.min_points) filter (where bands.half = 'behaviour') as behaviour_from
    from reference.score_bands as bands
    cross join scored
    where case when bands.half = 'fit' then scored.fit else scored.behaviour end >= bands.min_points
    group by scored.lead_id
),

named as (
    select
        cells.lead_id,
        concat(fits.band, behaviours.band) as matrix_cell
    from reference.score_bands as fits
    inner join cells on fits.half = 'fit' and fits.min_points = cells.fit_from
    inner join reference.score_bands as behaviours
        on behaviours.half = 'behaviour' and cells.behaviour_from = behaviours.min_points
)

select
    scored.lead_id,
    scored.grade,
    grades.temperature,
    named.matrix_cell,
    scored.rules_version,
    scored.fit,
    scored.behaviour,
    scored.total,
    cast(scored.total - scored.week_ago as decimal(18,4)) as gained_7_days,
    cast(scored.total - scored.month_ago as decimal(18,4)) as gained_30_days
from reference.score_grades as grades
inner join scored on grades.grade = scored.grade
inner join named on scored.lead_id = named.lead_id
