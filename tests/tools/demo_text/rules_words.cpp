#include "tests/tools/demo_text/rules.h"

namespace quantscope::demo {

std::string_view wordRules() {
    return R"(
girl: Mia | Anna | Lily | Rosa | Nora | Ella | Tess | Ida | Clara | June | Maya | Lena | Sofia | Ruth | Greta | Vera
boy: Tom | Ben | Max | Leo | Sam | Oscar | Paul | Jonas | Emil | Hugo | Felix | Theo | Karl | Noah | Adam | Finn
surname: Baker | Hill | Brook | Miller | Stone | Field | Carter | Wells | Marsh | Cole | Fisher | Webb | Lane | Potter | Reed
animal: fox | bear | rabbit | owl | frog | mouse | hedgehog | duck | squirrel | badger | turtle | goose | beaver | crow | otter | goat | deer | cat | dog | wolf
fruit: apple | pear | plum | cherry | orange | lemon | peach | melon | fig | banana
vegetable: carrot | potato | onion | tomato | cabbage | bean | pea | leek | beet | pumpkin
color: red | blue | green | yellow | white | black | brown | grey | purple | golden
metal: iron | silver | copper | brass | tin | gold
size: little | small | big | tiny | large | huge | tall | long | short | round
adjective: <size> | old | new | shiny | heavy | strange | soft | broken | warm | quiet | bright | dusty | <color>
mood: happy | sad | tired | proud | curious | afraid | brave | hungry | angry | lonely | calm | surprised
trait: brave | clever | kind | shy | lazy | patient | careless | cheerful | stubborn | quiet
thing: key | lamp | boat | kite | drum | hat | coat | basket | mirror | clock | bell | book | map | ring | box | ladder | cup | rope | whistle | button | shell | feather | lantern | wheel | stone
otherthing: <tool> | <furniture> | raft | candle | letter | wagon | chain | <fruit> basket
tool: hammer | saw | needle | brush | spade | axe | ladder | bucket | broom | knife
furniture: table | chair | bed | shelf | bench | chest | desk | stool
building: house | barn | mill | tower | school | shop | station | bridge | castle | church | bakery | library
nature: forest | river | hill | lake | meadow | garden | field | valley | beach | island | mountain | cave | pond
place: the <nature> | the old <building> | the <building> by the <nature> | the edge of the <nature> | the <nature> behind the <building>
room: kitchen | attic | cellar | hall | bedroom | workshop | stable
weather: sunny | rainy | windy | cloudy | cold | snowy | foggy | warm | stormy
season: spring | summer | autumn | winter
day: Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday
month: January | February | March | April | May | June | July | August | September | October | November | December
daytime: morning | afternoon | evening | night
person: teacher | baker | farmer | doctor | sailor | tailor | painter | baker's wife | miller | king | queen | gardener | carpenter | shepherd | postman | blacksmith
relative: mother | father | grandmother | grandfather | sister | brother | aunt | uncle | cousin
walk: walked | ran | went | hurried | climbed | crept | marched | wandered
saw: saw | found | noticed | spotted | discovered
said: said | asked | whispered | shouted | answered | called
quickly: quickly | slowly | carefully | quietly | at once | without a word | again
unit: metres | kilograms | litres | minutes | hours | kilometres | days
drink: tea | milk | water | juice | cocoa
food: bread | soup | cheese | cake | porridge | honey | butter | rice | pie | <many:fruit>
craft: sewing | painting | fishing | baking | singing | swimming | reading | carving | dancing | counting
)";
}

} // namespace quantscope::demo
