select
    message_id,
    anonymous_id,
    user_id,
    event,
    url,
    referrer,
    user_agent,
    _file,
    _line,
    timed_at,
    originated_at,
    sent_at,
    received_at
from raw.segment_tracks
