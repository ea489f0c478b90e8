select
    lead_id,
    referrer_lead_id,
    _file,
    _line
from raw.demo_referrals
