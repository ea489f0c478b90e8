with

given as (
    select full_name from entities.lead_records where full_name is not null
    union
    select full_name from entities.visitor_links where full_name is not null
),

spelled as (
    select
        full_name,
        regexp_replace(
            fold_han(translate(
                lower(nfkc(full_name)),
                coalesce((select string_agg(variant, '' order by variant)
                    from reference.han_variants), ''),
                coalesce((select string_agg(plain, '' order by variant)
                    from reference.han_variants), '')
            )),
            '[.·•]', '', 'g'
        ) as spelling
    from given
),

-- 张伟(采购): a remark in brackets is no part of the name, unless it is all there is.
remarked as (
    select
        *,
        regexp_replace(
            spelling, '\([^()]*\)?|\[[^\[\]]*\]?|【[^【】]*】?', ' ', 'g'
        ) as unremarked
    from spelled
),

named as (
    select
        full_name,
        btrim(regexp_replace(
            case when btrim(unremarked) = '' then spelling else unremarked end, '\s+', ' ', 'g'
        )) as normalised
    from remarked
),

marked as (
    select
        *,
        regexp_like(normalised, '\p{Han}') as is_han,
        regexp_like(normalised, '[*×?某]') as is_masked
    from named
)

select * from marked
