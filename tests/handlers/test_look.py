from tests.handlers.standin import *
async def test_look(chat, clock):
    def show(ms):
        for m in ms: print('   BOT:', m.get('text'), '|', [b['text'] for b in buttons(m)])
    for q in ["mesure 16","combien ça coûte ?","ça vient d'où ?","quel groupe ?","combien ?","et celle d'après ?","qui la porterait ?","et ils l'ont fait ?","dans quel but","combien de mesures ?","/evenement","/aide","/foo","merci beaucoup !","mdr","what is the digital kit?","why?","who proposed it?","and the next one?","how many households have a computer?","what happened to the tv show?","measure 20","<b>x</b> & y", "tableau de bord", "toutes les mesures","liste","aide", "👍","????","م ا هذا"]:
        clock.now+=60;print('>>>',q); show(await chat.say(q))
    for q in ["blabla","#nocrise pourquoi un baromètre ?","@nocrise_bot les mesures de bordeaux","@nocrise_bot","#nocrise je vais manger","/mesure@nocrise_bot 3"]:
        clock.now+=60;print('>>>G',q); show(await chat.in_group(q))
