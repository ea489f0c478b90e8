select
    lead_id as record_id,
    referrer_lead_id as referrer_id
from staging.demo__referrals
