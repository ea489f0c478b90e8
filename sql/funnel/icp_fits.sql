with

described as (
    select
        leads.lead_id,
        leads.channel,
        case when leads.title is null then 0 else 1 end
        + case when leads.industry is null then 0 else 1 end
        + case when leads.employees is null then 0 else 1 end >= 2 as is_known,
        scores.fit
    from identity.leads as leads
    inner join scoring.lead_scores as scores on leads.lead_id = scores.lead_id
)

-- Of whom hardly anything is known nobody can say whether it fits.
select
    lead_id,
    channel,
    is_known,
    is_known and fit >= $icp_fit as is_fitting
from described
