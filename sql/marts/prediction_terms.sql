with

predictions as (
    select * from marts.predictions where probability is not null
),

intercepts as (
    select
        calibrations.scope,
        calibrations.slope,
        calibrations.intercept + calibrations.slope * coefficients.coefficient as base
    from prediction.calibrations as calibrations
    inner join prediction.coefficients as coefficients
        on calibrations.scope = coefficients.scope
    where coefficients.feature = '(intercept)'
),

terms as (
    select
        predictions.lead_id,
        '(intercept)' as feature,
        '' as level,
        intercepts.base as log_odds
    from intercepts
    inner join predictions on intercepts.scope = predictions.scope
    union all
    select
        predictions.lead_id,
        levels.feature,
        levels.level,
        intercepts.slope * coalesce(coefficients.coefficient, 0.0) as log_odds
    from intercepts
    inner join predictions on intercepts.scope = predictions.scope
    inner join prediction.levels as levels on predictions.lead_id = levels.lead_id
    left join prediction.coefficients as coefficients
        on predictions.scope = coefficients.scope
            and levels.feature = coefficients.feature
            and levels.level = coefficients.level
)

select * from terms
