select
    message_id,
    anonymous_id,
    user_id,
    full_name,
    email,
    phone,
    _file,
    _line,
    identified_at
from raw.segment_identifies
