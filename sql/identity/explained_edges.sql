with

weights as (
    select
        kind,
        pattern,
        explanation
    from identity.pattern_weights
),

placed as (
    select
        edges.*,
        lefts.cluster_id = rights.cluster_id as is_one,
        weights.explanation
    from identity.edges as edges
    inner join identity.clusters as lefts on edges.left_id = lefts.entity_id
    inner join identity.clusters as rights on edges.right_id = rights.entity_id
    left join weights on edges.kind = weights.kind and edges.pattern = weights.pattern
    where edges.weight > 0
        or edges.rule = 'must_not_link'
        -- Most of a hierarchy looks like nobody else; what does is worth a word.
        or (edges.rule = 'crm_hierarchy' and edges.millibits > 0)
        or lefts.cluster_id = rights.cluster_id
),

explained as (
    select
        left_id,
        right_id,
        kind,
        rule,
        pattern,
        blocking_rules,
        millibits,
        weight,
        is_one,
        concat(
            case rule
                when 'must_link' then 'somebody decided that they are one'
                when 'must_not_link' then 'somebody decided that they are two'
                when 'crm_hierarchy' then 'the CRM holds one above the other'
                when 'crm_record' then 'the CRM made one of the other'
                when 'crm_person' then 'the source gives both one key of the person'
                when 'mail_link' then 'a link in a mail to the one was followed by the other'
                when 'email' then 'one mailbox, and the names fit'
                when 'registered_id' then 'one identity number, and the names fit'
                when 'phone' then 'one telephone number, and the names fit'
                when 'visitor' then 'one device, and the names fit'
                else concat(
                    'weighed together ', round(weight / 1000.0, 1), ' bits over the threshold'
                )
            end,
            case when explanation is not null then concat(' (', explanation, ' bits)') else '' end
        ) as evidence
    from placed
)

select * from explained
