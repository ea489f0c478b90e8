with

bands as (
    select * from reference.score_bands
),

cells as (
    select
        concat(fits.band, behaviours.band) as matrix_cell
    from bands as fits
    cross join bands as behaviours
    where fits.half = 'fit' and behaviours.half = 'behaviour'
),

snapshots as (
    select snapshots.*
    from scoring.rule_versions as versions
    inner join funnel.score_snapshots as snapshots
        on versions.rules_version = snapshots.rules_version
    where versions.is_current
),

placed as (
    select
        snapshots.lead_id,
        snapshots.snapshot_date,
        snapshots.is_judged,
        snapshots.is_sql,
        snapshots.is_won,
        max(bands.min_points) filter (where bands.half = 'fit') as fit_from,
        max(bands.min_points) filter (where bands.half = 'behaviour') as behaviour_from
    from bands
    cross join snapshots
    where case when bands.half = 'fit' then snapshots.fit else snapshots.behaviour end
        >= bands.min_points
    group by
        snapshots.lead_id,
        snapshots.snapshot_date,
        snapshots.is_judged,
        snapshots.is_sql,
        snapshots.is_won
),

-- A cell in which nobody stands is told too.
counted as (
    select matrix_cell, 0 as leads, 0 as judged, 0 as sql_count, 0 as won_count from cells
    union all
    select matrix_cell, 1 as leads, 0 as judged, 0 as sql_count, 0 as won_count
    from scoring.lead_scores
    union all
    select
        concat(fits.band, behaviours.band) as matrix_cell,
        0 as leads,
        cast(placed.is_judged as bigint) as judged,
        cast(placed.is_sql as bigint) as sql_count,
        cast(placed.is_won as bigint) as won_count
    from bands as fits
    inner join placed on fits.half = 'fit' and fits.min_points = placed.fit_from
    inner join bands as behaviours
        on behaviours.half = 'behaviour' and placed.behaviour_from = behaviours.min_points
),

summed as (
    select
        matrix_cell,
        sum(leads) as leads,
        sum(judged) as judged,
        sum(sql_count) as sql_count,
        sum(won_count) as won_count
    from counted
    group by matrix_cell
)

select
    matrix_cell,
    left(matrix_cell, 1) as fit_band,
    right(matrix_cell, 1) as behaviour_band,
    leads,
    judged,
    sql_count,
    won_count,
    cast(sql_count as double) / nullif(cast(judged as double), 0.0) as sql_rate,
    wilson_interval(sql_count, judged)['lower'] as sql_lower,
    wilson_interval(sql_count, judged)['upper'] as sql_upper,
    cast(won_count as double) / nullif(cast(judged as double), 0.0) as won_rate,
    wilson_interval(won_count, judged)['lower'] as won_lower,
    wilson_interval(won_count, judged)['upper'] as won_upper,
    judged < $low_count as is_low_count
from summed
