with

scored as (
    select
        *,
        substr(pattern, 4, 1) = '1' as has_same_id,
        substr(pattern, 5, 1) = '1' as has_same_email,
        substr(pattern, 6, 1) = '1' as has_same_phone,
        substr(pattern, 12, 1) = '1' as has_same_visitor,
        -- Names that differ speak against an address in common: colleagues and couples share one.
        kind = 'person'
            and substr(pattern, 1, 1) not in ('6', '7')
            and substr(pattern, 2, 1) not in ('4', '5') as is_name_fitting,
        -- 张总 and 张伟 of one company may be one, or colleagues: nothing but the company says so.
        kind = 'person'
            and substr(pattern, 1, 1) = '0'
            and regexp_like(substr(pattern, 3, 5), '^[^123]*$')
            and substr(pattern, 10, 1) not in ('0', '7', '8')
            and substr(pattern, 12, 1) = '0' as is_partial,
        -- A branch is not its company, nor another branch, whatever they share.
        kind = 'company' and substr(pattern, 10, 1) = '8' as is_other_branch
    from identity.scored_pairs
),

judged as (
    select
        left_id,
        right_id,
        kind,
        pattern,
        rules,
        millibits,
        case
            when is_partial then least(millibits - threshold_millibits, -1)
            when is_other_branch then least(millibits - threshold_millibits, -10000)
            else millibits - threshold_millibits
        end as excess,
        case
            when is_name_fitting and has_same_email then 'email'
            when is_name_fitting and has_same_id then 'registered_id'
            when is_name_fitting and has_same_phone then 'phone'
            when is_name_fitting and has_same_visitor then 'visitor'
            else 'weights'
        end as rule
    from scored
),

-- An exact key stands above the weights by ten bits, as another branch does below; what is stated
-- stands above everything.
edges as (
    select
        coalesce(judged.left_id, stated.left_id) as left_id,
        coalesce(judged.right_id, stated.right_id) as right_id,
        coalesce(judged.kind, stated.kind) as kind,
        coalesce(stated.rule, judged.rule) as rule,
        judged.pattern,
        judged.rules as blocking_rules,
        judged.millibits,
        case
            when stated.rule in ('must_not_link', 'crm_hierarchy') then -1000000000000
            when stated.rule is not null then 1000000000
            when judged.rule = 'weights' then judged.excess
            else greatest(judged.excess, 10000)
        end as weight
    from judged
    full outer join identity.stated_links as stated
        on judged.left_id = stated.left_id and judged.right_id = stated.right_id
)

select * from edges
