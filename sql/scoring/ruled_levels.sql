select
    levels.lead_id,
    levels.rules_version,
    case
        when levels.told_at = versions.from_at then 'rules'
        when levels.is_change then 'points'
        when levels.is_asked then 'asked'
        else 'decay'
    end as cause,
    levels.fit,
    levels.behaviour,
    levels.total,
    levels.told_at
from scoring.rule_versions as versions
inner join scoring.score_levels as levels on versions.rules_version = levels.rules_version
where versions.is_approved
    and (versions.from_at is null or levels.told_at >= versions.from_at)
    and (versions.until_at is null or levels.told_at < versions.until_at)
