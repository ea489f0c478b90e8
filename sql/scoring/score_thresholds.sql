with

placed as (
    select
        sources.rules_version,
        thresholds.stage,
        thresholds.threshold,
        row_number() over (
            partition by sources.rules_version, thresholds.stage order by sources.distance
        ) as place
    from scoring.version_rows as sources
    inner join reference.score_thresholds as thresholds
        on sources.row_version = thresholds.rules_version
)

select
    rules_version,
    stage,
    threshold
from placed
where place = 1
