with

-- 张总 and 张先生: a title of one character is one only behind a bare surname.
titles as (
    select
        full_name,
        normalised,
        replace(normalised, ' ', '') as name,
        longest_suffix(
            replace(normalised, ' ', ''),
            (select string_agg(word, '|') from reference.honorifics)
        ) as title,
        is_masked
    from identity.person_spellings
    where is_han
),

untitled as (
    select
        *,
        left(name, length(name) - length(coalesce(title, ''))) as rest,
        longest_prefix(
            left(name, length(name) - length(coalesce(title, ''))),
            (select string_agg(surname, '|') from reference.surnames)
        ) as surname
    from titles
),

split_names as (
    select
        full_name,
        normalised,
        surname as family_name,
        case
            when length(title) = 1 and rest <> coalesce(surname, '')
                then substr(name, length(coalesce(surname, '')) + 1)
            else substr(rest, length(coalesce(surname, '')) + 1)
        end as given_name,
        case when length(title) > 1 or rest = surname then title end as honorific,
        is_masked
    from untitled
),

names as (
    select
        split.full_name,
        split.normalised,
        split.family_name,
        nullif(split.given_name, '') as given_name,
        split.honorific,
        concat(split.family_name, split.given_name) as written_key,
        btrim(array_to_string(array_sort([
            replace(coalesce(surnames.reading, pinyin(split.family_name), ''), ' ', ''),
            replace(pinyin(split.given_name), ' ', '')
        ]), ' ')) as sound,
        split.is_masked
            or split.given_name = ''
            or length(concat(split.family_name, split.given_name)) < 2 as is_partial
    from split_names as split
    left join reference.surnames as surnames on split.family_name = surnames.surname
),

judged as (
    select
        names.full_name,
        names.normalised,
        names.family_name,
        names.given_name,
        names.honorific,
        case when not names.is_partial and placeholders.word is null then names.written_key end
            as name_key,
        case when not names.is_partial and placeholders.word is null then names.sound end
            as sound_key,
        names.is_partial,
        placeholders.word is not null as is_placeholder
    from names
    left join reference.placeholders as placeholders
        on regexp_replace(names.normalised, '[0-9 ]+$', '') = placeholders.word
)

select * from judged
