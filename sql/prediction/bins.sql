with

-- Equal numbers stand in one bin, however the tenths are cut.
taught as (
    select
        signals.feature,
        signals.amount,
        count(*) as leads
    from prediction.units as units
    inner join prediction.signals as signals on units.lead_id = signals.lead_id
    where units.split = 'train' and signals.amount is not null
    group by signals.feature, signals.amount
),

placed as (
    select
        feature,
        amount,
        sum(leads) over (partition by feature order by amount) - leads as before
    from taught
),

totals as (
    select
        feature,
        sum(leads) as leads
    from taught
    group by feature
),

binned as (
    select
        placed.feature,
        placed.amount,
        placed.before * 10 / totals.leads as bin
    from totals
    inner join placed on totals.feature = placed.feature
)

select
    feature,
    cast(bin as bigint) as bin,
    min(amount) as from_amount
from binned
group by feature, bin
