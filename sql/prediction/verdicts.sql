with

logistic as (
    select * from prediction.quality where method = 'logistic'
),

naive as (
    select * from prediction.quality where method = 'source_rate'
)

select
    scopes.scope,
    scopes.leads,
    scopes.reached,
    case
        when not scopes.is_enough then 'too few'
        when logistic.brier < naive.brier
            and logistic.log_loss < naive.log_loss
            and logistic.auc > naive.auc then 'published'
        else 'refused'
    end as verdict
from prediction.scopes as scopes
left join logistic on scopes.scope = logistic.scope
left join naive on scopes.scope = naive.scope
