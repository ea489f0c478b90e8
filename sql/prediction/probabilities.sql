with

-- What one would say by the channel alone, drawn to what one would say of everybody. It learns from all the prediction learns from.
overall as (
    select
        scope,
        cast(count(*) filter (where is_reached) as double) / cast(count(*) as double) as rate
    from prediction.members
    where split in ('train', 'calibrate')
    group by scope
),

channels as (
    select
        members.scope,
        units.channel,
        cast(count(*) filter (where members.is_reached) as double) as reached,
        cast(count(*) as double) as leads
    from prediction.members as members
    inner join prediction.units as units on members.lead_id = units.lead_id
    where members.split in ('train', 'calibrate')
    group by members.scope, units.channel
),

chances as (
    select
        margins.scope,
        margins.lead_id,
        margins.split,
        margins.is_reached,
        1.0 / (
            1.0 + exp(-(calibrations.intercept + calibrations.slope * margins.margin))
        ) as probability,
        (coalesce(channels.reached, 0.0) + cast($chance_prior as double) * overall.rate)
            / (coalesce(channels.leads, 0.0) + cast($chance_prior as double)) as source_rate
    from prediction.calibrations as calibrations
    inner join prediction.margins as margins on calibrations.scope = margins.scope
    inner join overall on margins.scope = overall.scope
    inner join prediction.units as units on margins.lead_id = units.lead_id
    left join channels
        on margins.scope = channels.scope and units.channel = channels.channel
)

select
    scope,
    lead_id,
    split,
    unnest(['logistic', 'source_rate']) as method,
    is_reached,
    unnest([probability, source_rate]) as probability
from chances
