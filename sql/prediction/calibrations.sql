with

fits as (
    select
        scope,
        unnest(
            logistic_regression(
                make_array(cast(1 as bigint)),
                make_array(margin),
                1,
                cast(is_reached as bigint),
                0.000001
            )
        ) as fit
    from prediction.margins
    where split = 'calibrate'
    group by scope
)

select
    scope,
    max(case when fit['feature'] is null then fit['coefficient'] end) as intercept,
    max(case when fit['feature'] = 1 then fit['coefficient'] end) as slope
from fits
group by scope
