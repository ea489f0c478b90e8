with

judged as (
    select
        touch_id,
        visitor_id,
        kind,
        case
            when is_bot then 'bot'
            when regexp_like(
                lower(user_agent), 'bot|spider|crawl|slurp|headless|lighthouse|python-requests'
            ) then 'bot'
            -- A proxy of the mailbox fetches pictures, opened by somebody or not.
            when kind = 'email_open' and (
                regexp_like(lower(user_agent), 'imageproxy|mailproxy')
                or btrim(user_agent) = 'Mozilla/5.0'
            ) then 'prefetch'
            when not has_consent then 'no_consent'
            when touched_at < cast($plausible_from as timestamptz) then 'implausible_time'
            when touched_at >= cast($plausible_until as timestamptz) then 'implausible_time'
        end as reason,
        touched_at
    from entities.touch_records
)

select
    touch_id,
    visitor_id,
    kind,
    reason,
    touched_at
from judged
where reason is not null
