#include "tests/tools/demo_text/rules.h"

namespace quantscope::demo {

// dish, main, second, minutes are bound by the writer.
std::string_view kitchenRules() {
    return R"(
dishkind: soup | pie | cake | salad | stew | bread | jam | pudding | pancakes
liquid: milk | water | cream | oil | apple juice | vinegar
powder: flour | sugar | salt | rice | oats | ginger | pepper | cinnamon
spice: salt | pepper | ginger | cinnamon | garlic | mint | basil
vessel: bowl | pan | pot | oven dish | jar | tin
cooktool: wooden spoon | knife | whisk | fork | sieve | rolling pin
cut: Wash and cut the <many:main>. | Peel the <many:main> and cut them into <size> pieces. | Slice the <many:main> and put them in a <vessel=vessel>. | Chop the <many:second> and mix them with the <powder>.
mix: Mix the <powder> with the <liquid> in a <vessel>. | Add the <liquid> and stir with a <cooktool>. | Beat the eggs and pour them into the <vessel>. | Put the <powder> and the <spice> into a <vessel> and stir <quickly>. | Add <amount> grams of <powder> and <number> spoons of <liquid>.
heat: Boil for <minutes> minutes, until the <many:main> are soft. | Bake at <degrees> degrees for <minutes> minutes. | Heat the <vessel> and fry the <many:second> for <minutes> minutes. | Cover the <vessel> and cook slowly for <minutes> minutes. | Let it rest for <minutes> minutes.
season_it: Add some <spice> and taste. | If it is too thick, add a little <liquid>. | Do not stir too much, or the <dish> will be heavy. | Turn it over when it is <color>. | Take it from the fire before it gets <color>.
serve: Serve the <dish> warm with <food>. | Serve with a cup of <drink>. | The <dish> keeps for <number> days in a cool <room>. | It tastes best the next day.
fixtask: a broken <furniture> | a bicycle wheel | a leaking roof | an old <thing> | a wooden <furniture> | a garden gate
fixstep: Take the <tool> and remove the old nails. | Measure the <part> with care. It should be <amount> millimetres long. | Cut a new <part> from a piece of wood. | Clean the <part> with a <color> cloth. | Put some oil on the <part> and wait <minutes> minutes. | Fasten the <part> with <number> screws. | Turn the <part> to the left until it stops. | Paint the <part> <color> and let it dry for <number> hours. | If the <part> does not fit, use the <tool> again. | Never hold the <tool> by its <part>.
part: leg | handle | frame | board | axle | hinge | chain | pipe | lid | edge
)";
}

} // namespace quantscope::demo
