with

-- What an address or number is shows from the beginning; whether it reaches anybody does not.
given as (
    select
        records.lead_id,
        records.record_id,
        unnest(['email', 'phone']) as medium,
        unnest([
            states.email_reason not in ('missing', 'no address', 'disposable mailbox'),
            states.phone_reason not in ('missing', 'no area code', 'no number')
        ]) as is_way,
        records.captured_at
    from identity.records as records
    inner join funnel.contact_states as states on records.record_id = states.record_id
    where records.lead_id is not null
        and cast(records.captured_at at time zone $time_zone as date) <= $as_of
),

ways as (
    select
        lead_id,
        record_id,
        medium,
        captured_at
    from given
    where is_way
),

proofs as (
    select
        ways.lead_id,
        ways.record_id,
        ways.medium,
        verifications.is_reached,
        verifications.verified_at is null as is_standing,
        ways.captured_at,
        coalesce(verifications.verified_at, ways.captured_at) as proved_at
    from identity.verifications as verifications
    inner join ways
        on verifications.record_id = ways.record_id and verifications.medium = ways.medium
    where verifications.verified_at is null
        or cast(verifications.verified_at at time zone $time_zone as date) <= $as_of
),

-- How a source stands is later than any proof, and nobody knows since when.
standing as (
    select distinct
        record_id,
        medium
    from proofs
    where is_standing
),

-- Of two proofs of one moment the failure is believed.
proved as (
    select
        proofs.lead_id,
        proofs.record_id,
        proofs.medium,
        bool_and(proofs.is_reached) as is_open,
        proofs.captured_at,
        proofs.proved_at
    from proofs
    left join standing
        on proofs.record_id = standing.record_id and proofs.medium = standing.medium
    where proofs.is_standing or standing.record_id is null
    group by
        proofs.lead_id,
        proofs.record_id,
        proofs.medium,
        proofs.captured_at,
        proofs.proved_at
),

compared as (
    select
        *,
        lag(is_open) over (partition by record_id, medium order by proved_at) as was_open
    from proved
),

-- A way is open until it is proved to be none. Only those with a proof have a past.
changes as (
    select
        lead_id,
        1 as change,
        captured_at as told_at
    from ways
    union all
    select
        lead_id,
        case when is_open then 1 else -1 end as change,
        greatest(captured_at, proved_at) as told_at
    from compared
    where is_open is distinct from coalesce(was_open, true)
),

moments as (
    select
        lead_id,
        sum(change) as change,
        told_at
    from changes
    group by lead_id, told_at
),

counted as (
    select
        lead_id,
        cast(sum(change) over (partition by lead_id order by told_at) as bigint) as ways,
        told_at as from_at,
        lead(told_at) over (partition by lead_id order by told_at) as until_at
    from moments
)

select
    counted.lead_id,
    counted.ways,
    counted.ways > 0 and allowed.is_allowed as is_reachable,
    counted.from_at,
    counted.until_at
from funnel.lead_ways as allowed
inner join counted on allowed.lead_id = counted.lead_id
