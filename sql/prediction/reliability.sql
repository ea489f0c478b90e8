with

tested as (
    select * from prediction.probabilities where split = 'test'
),

-- Ten bins of as many leads each; ties are parted by the lead, so that bins stay equal.
placed as (
    select
        *,
        row_number() over (partition by scope, method order by probability, lead_id) as place
    from tested
),

totals as (
    select
        scope,
        method,
        count(*) as leads
    from tested
    group by scope, method
),

binned as (
    select
        placed.scope,
        placed.method,
        cast((placed.place - 1) * 10 / totals.leads as bigint) + 1 as bin,
        placed.probability,
        placed.is_reached
    from totals
    inner join placed on totals.scope = placed.scope and totals.method = placed.method
)

select
    scope,
    method,
    bin,
    count(*) as leads,
    count(*) filter (where is_reached) as reached,
    min(probability) as lowest,
    max(probability) as highest,
    exact_avg(probability) as predicted,
    cast(count(*) filter (where is_reached) as double) / cast(count(*) as double) as observed
from binned
group by scope, method, bin
