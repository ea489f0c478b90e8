with

tested as (
    select
        *,
        cast(is_reached as bigint) as reached
    from prediction.probabilities
    where split = 'test'
),

errors as (
    select
        scope,
        method,
        count(*) as leads,
        sum(reached) as reached,
        exact_avg(
            (probability - cast(reached as double)) * (probability - cast(reached as double))
        ) as brier,
        -exact_avg(
            case when is_reached then ln(greatest(probability, 1e-15))
                else ln(greatest(1.0 - probability, 1e-15)) end
        ) as log_loss
    from tested
    group by scope, method
),

-- Pairs of one who reached it and one who did not in which the former is held more likely; a tie is half a pair.
steps as (
    select
        scope,
        method,
        probability,
        sum(reached) as reached,
        count(*) - sum(reached) as missed
    from tested
    group by scope, method, probability
),

summed as (
    select
        *,
        sum(missed) over (partition by scope, method order by probability) - missed as missed_below
    from steps
),

areas as (
    select
        scope,
        method,
        cast(sum(reached * (2 * missed_below + missed)) as double)
            / nullif(cast(2 * sum(reached) * sum(missed) as double), 0.0) as auc
    from summed
    group by scope, method
),

gaps as (
    select
        scope,
        method,
        exact_sum(cast(leads as double) * abs(predicted - observed))
            / cast(sum(leads) as double) as ece,
        max(case when bin = 10 then observed end) as top_rate,
        max(case when bin = 1 then observed end) as bottom_rate,
        sum(case when bin >= 8 then reached else 0 end) as top_reached
    from prediction.reliability
    group by scope, method
)

select
    errors.scope,
    errors.method,
    errors.leads,
    errors.reached,
    errors.brier,
    errors.log_loss,
    areas.auc,
    gaps.ece,
    gaps.top_rate * cast(errors.leads as double) / nullif(cast(errors.reached as double), 0.0)
        as top_lift,
    cast(gaps.top_reached as double) / nullif(cast(errors.reached as double), 0.0) as top_share,
    gaps.top_rate / nullif(gaps.bottom_rate, 0.0) as top_to_bottom
from errors
inner join areas on errors.scope = areas.scope and errors.method = areas.method
inner join gaps on errors.scope = gaps.scope and errors.method = gaps.method
