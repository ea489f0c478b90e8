with

clues as (
    select * from staging.fxiaoke_pool__clues
),

records as (
    select
        concat('pool:', clues.clue_id) as record_id,
        'lead' as object_kind,
        clues.clue_id as person_key,
        coalesce(clues.channel_source, clues.clue_source) as lead_source,
        coalesce(channels.channel, sources.channel, 'unassigned') as channel,
        case clues.status
            when 1 then 'to assign'
            when 2 then 'to follow'
            when 3 then 'following'
            when 4 then 'converted'
            when 5 then 'invalid'
        end as status,
        'pool:' || clues.owner_id as owner_id,
        case when clues.status = 5 then 'no reason given' end as verdict,
        false as is_test,
        clues.status = 4 as is_converted,
        clues.created_at as captured_at
    from clues
    left join reference.lead_sources as channels
        on lower(btrim(nfkc(clues.channel_source))) = channels.lead_source
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(clues.clue_source))) = sources.lead_source
)

select * from records
