with

paths as (
    select
        anchor,
        string_to_array(path, ' > ') as channels,
        conversions,
        nulls
    from journey.paths
),

fits as (
    select
        anchor,
        unnest(chain_order_fit(channels, conversions, nulls, 4)) as fit
    from paths
    group by anchor
)

select
    anchor,
    fit['order'] as markov_order,
    fit['states'] as states,
    fit['auc'] as auc,
    fit['penalised_auc'] as penalised_auc
from fits
