select
    source,
    'campaign_members' as entity,
    campaign_member_id as entity_id,
    campaign_id as related_id,
    concat('the source gives no key, and its words fit ', cast(candidates as text), ' lead records')
        as evidence
from entities.campaign_members
where record_id is null and candidates is not null
