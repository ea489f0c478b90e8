with

tested as (
    select
        verdicts.scope,
        quality.method,
        verdicts.verdict,
        verdicts.leads as judged,
        verdicts.reached as judged_reached,
        quality.leads,
        quality.reached,
        quality.brier,
        quality.log_loss,
        quality.auc,
        quality.ece,
        quality.top_lift,
        quality.top_share,
        quality.top_to_bottom
    from prediction.verdicts as verdicts
    inner join prediction.quality as quality on verdicts.scope = quality.scope
),

untested as (
    select
        scope,
        '(none)' as method,
        verdict,
        leads as judged,
        reached as judged_reached
    from prediction.verdicts
    where verdict = 'too few'
)

select * from tested
union all
select
    scope,
    method,
    verdict,
    judged,
    judged_reached,
    0 as leads,
    0 as reached,
    cast(null as double) as brier,
    cast(null as double) as log_loss,
    cast(null as double) as auc,
    cast(null as double) as ece,
    cast(null as double) as top_lift,
    cast(null as double) as top_share,
    cast(null as double) as top_to_bottom
from untested
