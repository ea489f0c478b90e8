with

units as (
    select * from prediction.units
),

-- The bin of a number is the last that begins at or below it; less than was ever learnt counts as the least.
binned as (
    select
        signals.lead_id,
        signals.feature,
        max(bins.from_amount) as from_amount
    from prediction.bins as bins
    inner join prediction.signals as signals on bins.feature = signals.feature
    where signals.amount >= bins.from_amount or bins.bin = 0
    group by signals.lead_id, signals.feature
),

said as (
    select lead_id, feature, value from prediction.signals where value <> ''
    union all
    select lead_id, feature, concat('from ', from_amount) as value from binned
),

-- What nobody knows of a lead is a value as well, where others have one.
known as (
    select distinct feature from said
),

all_said as (
    select
        units.lead_id,
        units.split,
        units.is_reached,
        known.feature,
        coalesce(said.value, '(unknown)') as value
    from known
    cross join units
    left join said on units.lead_id = said.lead_id and known.feature = said.feature
),

common as (
    select
        feature,
        value
    from all_said
    where split = 'train'
    group by feature, value
    having count(*) >= $least_level
)

select
    all_said.lead_id,
    all_said.split,
    all_said.feature,
    coalesce(common.value, '(other)') as level,
    all_said.is_reached
from common
right join all_said on common.feature = all_said.feature and common.value = all_said.value
